#!/usr/bin/env bash
# An agent, a place to work, a session: send messages and watch the work. Run it against a server in demo mode:
#
#   bash examples/official-sdks/quickstart.sh
source "$(dirname "$0")/client.sh"

# region create
AGENT=$(call POST /agents '{
  "name": "Helper",
  "model": "claude-opus-5-5",
  "system": "You help with small tasks.",
  "tools": [{ "type": "agent_toolset_20260401" }]
}' | first agent)
ENVIRONMENT=$(call POST /environments '{ "name": "here" }' | first env)
SESSION=$(call POST /sessions "{
  \"agent\": \"$AGENT\",
  \"environment_id\": \"$ENVIRONMENT\",
  \"title\": \"First steps\"
}" | first sesn)
# endregion

# region stream-first
listen "$SESSION" &
call POST "/sessions/$SESSION/events" '{ "events": [
  { "type": "user.message", "content": [{ "type": "text", "text": "Write a greeting into hello.md." }] }
] }'
wait $!
# endregion

# region send-first
call POST "/sessions/$SESSION/events" '{ "events": [
  { "type": "user.message", "content": [{ "type": "text", "text": "What is 6 * 7?" }] }
] }'
listen "$SESSION"
# endregion

# region previews
call POST "/sessions/$SESSION/events" '{ "events": [
  { "type": "user.message", "content": [{ "type": "text", "text": "Count slowly to 5." }] }
] }'
listen "$SESSION" '?event_deltas[]=agent.message'
# endregion

# region clean-up
call POST "/sessions/$SESSION/archive"
call POST "/agents/$AGENT/archive"
# endregion
