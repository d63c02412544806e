#!/usr/bin/env bash
# A photo and words in, a clip out, by curl alone.
#
#     kinora serve                                 # prints a key; leave it running
#     export OPENAI_API_KEY=sk-kin-…
#     bash examples/create_video.sh PHOTO PROMPT [OUTPUT]
set -euo pipefail

photo=$1 prompt=$2 output=${3:-clip.mp4}
# Before: base=https://api.openai.com/v1
base=${OPENAI_BASE_URL:-http://localhost:8000/v1}
authorization="Authorization: Bearer $OPENAI_API_KEY"

# The first string of that name in a JSON answer.
field() { awk -F'"' -v name="$1" '{ for (i = 2; i < NF; i++) if ($i == name) { print $(i + 2); exit } }'; }

id=$(curl -fsS "$base/videos" -H "$authorization" \
  -F "model=${VIDEO_MODEL:-sora-2}" -F "prompt=$prompt" -F "input_reference=@$photo" \
  -F "seconds=${VIDEO_SECONDS:-4}" -F "size=${VIDEO_SIZE:-1280x720}" | field id)

status=queued
while [[ $status == queued || $status == in_progress ]]; do
  sleep 0.5
  status=$(curl -fsS "$base/videos/$id" -H "$authorization" | field status)
done
if [[ $status != completed ]]; then
  curl -fsS "$base/videos/$id" -H "$authorization" >&2
  exit 1
fi

curl -fsSL "$base/videos/$id/content" -H "$authorization" --output "$output"
echo "$id: saved as $output"
