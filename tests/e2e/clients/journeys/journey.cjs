// A whole life with the Videos API, through whichever official JavaScript client is installed.
//
//     node journey.cjs SETTINGS.json FOLDER_WITH_NODE_MODULES
//
// As journey.py: settings name the server, a key, the inputs and a folder for results.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { createRequire } = require("node:module");

const settings = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const installed = createRequire(path.join(process.argv[3], "/"));
const OpenAI = installed("openai");
const { toFile } = OpenAI;
const { VERSION } = installed("openai/version");
const [major, minor] = VERSION.split(".").map(Number);
const HAS_EDITS = major > 6 || minor >= 28; // also characters and extensions; create is multipart
const HAS_ENDPOINTS = major >= 7;

const MODEL = "kinora-parallax-draft";
const SMALL = { model: MODEL, size: "320x180", seconds: "1" };
const PROMPT = "The camera trucks left 5 %.";
const PNG = fs.readFileSync(settings.png);

const client = new OpenAI({ baseURL: settings.base_url, apiKey: settings.api_key });
// A server that accepts and renders nothing, for jobs that nobody waits for.
const accepting = new OpenAI({
  baseURL: settings.accepting.base_url,
  apiKey: settings.accepting.api_key,
});
const awaited = []; // [derived video, its seconds, file to save]
const kept = []; // ids of videos that stay, oldest first
const deliveries = [];
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let secret;
let main;

const receiver = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    deliveries.push({ headers: request.headers, body: Buffer.concat(parts).toString("utf8") });
    response.end();
  });
});

async function delivered(kind, id) {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline) {
    const found = deliveries.find((one) => one.body.includes(kind) && one.body.includes(id));
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`no ${kind} about ${id}; came: ${JSON.stringify(deliveries)}`);
}

const isString = (value) => typeof value === "string";
const isInteger = Number.isInteger;
const orNull = (check) => (value) => value === null || check(value);
// The fields of the interface `Video` of videos.d.ts, all of them required there.
const FIELDS = {
  id: (value) => /^video_[0-9a-f]{32,48}$/.test(value),
  object: (value) => value === "video",
  model: isString,
  status: (value) => ["queued", "in_progress", "completed", "failed"].includes(value),
  progress: (value) => isInteger(value) && value >= 0 && value <= 100,
  created_at: isInteger,
  completed_at: orNull(isInteger),
  expires_at: orNull(isInteger),
  prompt: orNull(isString),
  size: (value) => /^\d+x\d+$/.test(value),
  seconds: (value) => isString(value) && Number(value) > 0,
  remixed_from_video_id: orNull(isString),
  error: orNull((value) => isString(value.code) && isString(value.message)),
};

function checkVideo(video) {
  for (const [name, check] of Object.entries(FIELDS)) {
    assert.ok(name in video, `missing: ${name}`);
    assert.ok(check(video[name]), `${name}: ${JSON.stringify(video[name])}`);
  }
  assert.equal(video.error !== null, video.status === "failed");
  assert.equal(video.progress === 100, video.status === "completed");
  return video;
}

// JavaScript clients have no poll(); this is what the guide's users write.
async function poll(id) {
  for (;;) {
    const { data, response } = await client.videos.retrieve(id).withResponse();
    checkVideo(data);
    assert.ok(response.headers.get("x-request-id"));
    assert.equal(data._request_id, response.headers.get("x-request-id"));
    if (data.status === "completed" || data.status === "failed") return data;
    const wait = response.headers.get("openai-poll-after-ms");
    assert.match(wait, /^[1-9]\d*$/);
    await sleep(Math.min(Number(wait), 500));
  }
}

async function accepted(form, creating) {
  const video = checkVideo(await creating);
  assert.equal(video.size, settings.photo_size, form);
  assert.equal((await accepting.videos.delete(video.id)).deleted, true);
}

function submitted(video, seconds, file) {
  checkVideo(video);
  assert.deepEqual([video.size, video.seconds], ["320x180", seconds]);
  kept.push(video.id);
  awaited.push([video, seconds, file]);
}

async function expected(kind, promise, fields = {}) {
  let caught;
  try {
    await promise;
  } catch (error) {
    caught = error;
  }
  assert.ok(caught instanceof kind, `no ${kind.name} ${JSON.stringify(fields)}: ${caught}`);
  if (!(caught instanceof OpenAI.APIError)) return;
  assert.deepEqual(Object.keys(caught.error).sort(), ["code", "message", "param", "type"]);
  assert.ok(caught.requestID);
  for (const [name, value] of Object.entries(fields)) {
    if (name === "message") assert.ok(caught.message.includes(value), caught.message);
    else assert.equal(caught[name], value, `${name}: ${caught.message}`);
  }
}

async function save(name, id, query) {
  const response = await client.videos.downloadContent(id, query);
  const data = Buffer.from(await response.arrayBuffer());
  fs.writeFileSync(path.join(settings.out, name), data);
  return { data, type: response.headers.get("content-type") };
}

const steps = {
  async models() {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    for (const name of ["sora-2", "sora-2-pro", MODEL]) assert.ok(names.includes(name), name);
    assert.equal((await client.models.retrieve(MODEL)).object, "model");
  },

  async register_webhook() {
    await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${receiver.address().port}/hook`;
    const wanted = { name: "journey", url, event_types: ["video.completed", "video.failed"] };
    const endpoint = HAS_ENDPOINTS
      ? await client.webhooks.create(wanted)
      : await client.post("/webhook_endpoints", { body: wanted });
    secret = endpoint.signing_secret;
    assert.match(secret, /^whsec_/);
  },

  async create_and_poll() {
    const input_reference = fs.createReadStream(settings.png);
    const video = await client.videos.create({ prompt: PROMPT, input_reference, ...SMALL });
    checkVideo(video);
    assert.equal(video.progress, 0);
    assert.deepEqual([video.model, video.size, video.seconds], [MODEL, "320x180", "1"]);
    main = await poll(video.id);
    assert.equal(main.status, "completed", JSON.stringify(main.error));
    kept.push(video.id);
  },

  async webhook() {
    const { headers, body } = await delivered("video.completed", main.id);
    const event = await client.webhooks.unwrap(body, headers, secret);
    assert.equal(event.type, "video.completed");
    assert.equal(event.data.id, main.id);
    await expected(
      OpenAI.InvalidWebhookSignatureError,
      client.webhooks.unwrap(`${body} `, headers, secret),
    );
  },

  async download() {
    const video = await save("video.mp4", main.id);
    assert.equal(video.type, "video/mp4");
    assert.equal(video.data.toString("latin1", 4, 8), "ftyp");
    const thumbnail = await save("thumbnail.webp", main.id, { variant: "thumbnail" });
    assert.equal(thumbnail.type, "image/webp");
    assert.equal(thumbnail.data.toString("latin1", 8, 12), "WEBP");
    const sheet = await save("spritesheet.jpg", main.id, { variant: "spritesheet" });
    assert.equal(sheet.type, "image/jpeg");
    assert.equal(sheet.data.toString("hex", 0, 3), "ffd8ff");
  },

  async remix() {
    const prompt = "The camera trucks right 5 %.";
    const video = await client.videos.remix(main.id, { prompt });
    assert.equal(video.remixed_from_video_id, main.id);
    submitted(video, "1", "remixed.mp4");
  },

  async edit() {
    const body = { prompt: "The camera trucks left 9 %.", video: { id: main.id } };
    const video = HAS_EDITS
      ? await client.videos.edit(body)
      : await client.post("/videos/edits", { body });
    assert.equal(video.remixed_from_video_id, main.id);
    submitted(video, "1", "edited.mp4");
  },

  async extend() {
    const body = { prompt: "The camera goes on.", seconds: "1", video: { id: main.id } };
    const video = HAS_EDITS
      ? await client.videos.extend(body)
      : await client.post("/videos/extensions", { body });
    submitted(video, "2", "extended.mp4");
  },

  async failed_job() {
    const input_reference = fs.createReadStream(settings.broken);
    const created = await client.videos.create({ prompt: PROMPT, input_reference, ...SMALL });
    const video = await poll(created.id);
    assert.equal(video.status, "failed");
    kept.push(video.id);
    const code = "video_failed";
    await expected(OpenAI.BadRequestError, client.videos.downloadContent(video.id), { code });
    const { headers, body } = await delivered("video.failed", video.id);
    const event = await client.webhooks.unwrap(body, headers, secret);
    assert.deepEqual([event.type, event.data.id], ["video.failed", video.id]);
  },

  async derived_clips() {
    assert.equal(awaited.length, 3);
    for (const [video, seconds, file] of awaited) {
      const done = await poll(video.id);
      assert.equal(done.status, "completed", JSON.stringify(done.error));
      assert.deepEqual([done.size, done.seconds], ["320x180", seconds]);
      assert.equal(done.remixed_from_video_id, video.remixed_from_video_id);
      await save(file, video.id);
    }
  },

  // Each is accepted, and the picture understood: size "auto" is answered by its own.
  async body_forms_with_files() {
    const options = { prompt: PROMPT, model: MODEL, size: "auto" };
    const references = {
      stream: fs.createReadStream(settings.png),
      toFile: await toFile(PNG, "b.png", { type: "image/png" }),
      "toFile without a type": await toFile(PNG),
      "toFile of a stream": await toFile(fs.createReadStream(settings.webp), "b.webp"),
      File: new File([PNG], "c.png", { type: "image/png" }),
      "File of a wrong type": new File([PNG], "c.pdf", { type: "application/pdf" }),
      Response: await fetch(`data:image/png;base64,${PNG.toString("base64")}`),
    };
    for (const [form, input_reference] of Object.entries(references)) {
      await accepted(form, accepting.videos.create({ ...options, input_reference }));
    }
  },

  async body_forms_without_files() {
    const stream = fs.createReadStream(settings.png);
    const file = await accepting.files.create({ file: stream, purpose: "vision" });
    assert.equal(file.bytes, PNG.length);
    const options = { prompt: PROMPT, model: MODEL, size: "auto" };
    const references = {
      image_url: { image_url: `data:image/png;base64,${PNG.toString("base64")}` },
      file_id: { file_id: file.id },
      "JSON in a plain field": JSON.stringify({ file_id: file.id }),
      "a bare file id": file.id,
    };
    for (const [form, input_reference] of Object.entries(references)) {
      const body = { ...options, input_reference };
      await accepted(form, accepting.videos.create(body));
      await accepted(`${form}, post`, accepting.post("/videos", { body }));
    }
    assert.equal((await accepting.files.delete(file.id)).deleted, true);
  },

  async numbers() {
    const input_reference = await toFile(PNG, "b.png", { type: "image/png" });
    const body = { prompt: PROMPT, input_reference, model: "sora-2", seconds: 8, size: "1280x720" };
    const video = checkVideo(await accepting.videos.create(body));
    assert.deepEqual([video.model, video.seconds, video.size], ["sora-2", "8", "1280x720"]);
    await accepting.videos.delete(video.id);
  },

  async characters() {
    if (!HAS_EDITS) return;
    const clip = fs.createReadStream(settings.clip);
    const character = await accepting.videos.createCharacter({ name: "Pip", video: clip });
    assert.match(character.id, /^char_/);
    assert.equal((await accepting.videos.getCharacter(character.id)).name, "Pip");
    const body = {
      prompt: `Pip the clay fox. ${PROMPT}`,
      input_reference: await toFile(PNG, "b.png", { type: "image/png" }),
      characters: [{ id: character.id }, { id: character.id }],
      model: MODEL,
      size: "auto",
    };
    await accepted("characters", accepting.videos.create(body));
  },

  async pages() {
    const ids = async (query) => {
      const found = [];
      for await (const video of client.videos.list(query)) found.push(checkVideo(video).id);
      return found;
    };
    const first = await client.videos.list({ limit: 2 });
    assert.equal(first.data.length, 2);
    assert.equal(first.hasNextPage(), true);
    assert.deepEqual(await ids({ limit: 2 }), [...kept].reverse());
    assert.deepEqual(await ids({ limit: 2, order: "asc" }), kept);
    assert.deepEqual(await ids({ limit: 100, order: "asc", after: kept[0] }), kept.slice(1));
  },

  async delete() {
    for (const id of kept) {
      const gone = await client.videos.delete(id);
      assert.deepEqual([gone.id, gone.object, gone.deleted], [id, "video.deleted", true]);
      await expected(OpenAI.NotFoundError, client.videos.retrieve(id));
      await expected(OpenAI.NotFoundError, client.videos.downloadContent(id));
    }
    assert.deepEqual((await client.videos.list()).data, []);
  },

  async errors() {
    const wrong = new OpenAI({ baseURL: settings.base_url, apiKey: "sk-wrong" });
    await expected(OpenAI.AuthenticationError, wrong.videos.list(), { code: "invalid_api_key" });
    const message = "Video with id 'video_x' not found.";
    await expected(OpenAI.NotFoundError, client.videos.retrieve("video_x"), { message });
    const after = client.videos.list({ after: "video_x" });
    await expected(OpenAI.BadRequestError, after, { param: "after" });
    const refused = { seconds: "0", size: "641x360", model: "sora-1-turbo" };
    for (const [param, value] of Object.entries(refused)) {
      const input_reference = await toFile(PNG, "b.png", { type: "image/png" });
      const body = { prompt: PROMPT, input_reference, ...SMALL, [param]: value };
      const fields = { param, code: "invalid_value" };
      await expected(OpenAI.BadRequestError, client.videos.create(body), fields);
    }
    const bad = { prompt: PROMPT, input_reference: new File(["no"], "a.png"), ...SMALL };
    const fields = { param: "input_reference" };
    await expected(OpenAI.BadRequestError, client.videos.create(bad), fields);
    const nothing = client.post("/videos", { body: { model: MODEL } });
    await expected(OpenAI.BadRequestError, nothing, { param: "prompt" });
  },
};

(async () => {
  const failures = {};
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      failures[name] = String(error.stack);
    }
  }
  receiver.close();
  receiver.closeAllConnections();
  const result = { version: VERSION, steps: Object.keys(steps), failures };
  fs.writeFileSync(path.join(settings.out, "result.json"), JSON.stringify(result));
})();
