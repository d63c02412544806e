// A photo and words in, a clip out: code written for Sora, pointed at your own machine.
//
//     kinora serve                                # prints a key; leave it running
//     export OPENAI_API_KEY=sk-kin-…
//     npm install openai
//     node create_video.mjs PHOTO PROMPT [OUTPUT]
//
// The only line that moving from Sora changes is marked.
import fs from "node:fs";
import OpenAI from "openai";

const [photo, prompt, output = "clip.mp4"] = process.argv.slice(2);
const { VIDEO_MODEL = "sora-2", VIDEO_SECONDS = "4", VIDEO_SIZE = "1280x720" } = process.env;

// Before: const client = new OpenAI();
const client = new OpenAI({ baseURL: process.env.OPENAI_BASE_URL ?? "http://localhost:8000/v1" });

let video = await client.videos.create({
  model: VIDEO_MODEL,
  prompt,
  input_reference: fs.createReadStream(photo),
  seconds: VIDEO_SECONDS,
  size: VIDEO_SIZE,
});
while (video.status === "queued" || video.status === "in_progress") {
  await new Promise((resolve) => setTimeout(resolve, 500));
  video = await client.videos.retrieve(video.id);
}
if (video.error) throw new Error(`${video.error.code}: ${video.error.message}`);

const content = await client.videos.downloadContent(video.id);
fs.writeFileSync(output, Buffer.from(await content.arrayBuffer()));
console.log(`${video.id}: ${video.seconds} s, ${video.size}, saved as ${output}`);
