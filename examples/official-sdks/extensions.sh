#!/usr/bin/env bash
# What this server has beyond the hosted API. Run it against a server in demo mode that was started in the same directory:
#
#   npm start -- --stdio-mcp
#   bash examples/official-sdks/extensions.sh
source "$(dirname "$0")/client.sh"
AGENT=$(call POST /agents '{ "name": "Helper", "model": "claude-opus-5-5" }' | first agent)
ENVIRONMENT=$(call POST /environments '{ "name": "here" }' | first env)
# say SESSION TEXT
say() {
  call POST "/sessions/$1/events" "{ \"events\": [
    { \"type\": \"user.message\", \"content\": [{ \"type\": \"text\", \"text\": \"$2\" }] }
  ] }"
}

# region metadata
call POST /sessions "{
  \"agent\": \"$AGENT\",
  \"environment_id\": \"$ENVIRONMENT\",
  \"metadata\": { \"team\": \"shop\", \"order\": \"4711\" }
}"
call GET '/sessions?metadata[team]=shop&metadata[order]=4711'
# endregion

# region delete-agent
UNUSED=$(call POST /agents '{ "name": "Mistake", "model": "claude-opus-5-5" }' | first agent)
call DELETE "/agents/$UNUSED"
# endregion

# region directory
SESSION=$(call POST /sessions "{
  \"agent\": \"$AGENT\",
  \"environment_id\": \"$ENVIRONMENT\",
  \"resources\": [{ \"type\": \"local_directory\", \"path\": \"$PWD\" }]
}" | first sesn)
# endregion

say "$SESSION" 'My name is Ada.'
listen "$SESSION"

# region include
call GET "/sessions/$SESSION/events?include[]=thinking&include[]=subagents&include[]=results"
# endregion

# region fork
FORK=$(call POST "/sessions/$SESSION/fork" '{ "title": "Another way" }' | first sesn)
# endregion

say "$FORK" 'What is my name?'
listen "$FORK"

# region fork-event
SAID=$(call GET "/sessions/$SESSION/events?types[]=agent.message" | first sevt)
BRANCH=$(call POST "/sessions/$SESSION/fork" "{ \"event_id\": \"$SAID\" }" | first sesn)
# endregion

say "$BRANCH" 'And what is my name here?'
listen "$BRANCH"

# region transcript
IMPORTED=$(call GET "/sessions/$SESSION/transcript" |
  curl -sS --fail-with-body "$API/sessions/import?agent=$AGENT&environment_id=$ENVIRONMENT" \
    -H "x-api-key: $KEY" -H 'content-type: application/jsonl' --data-binary @- | first sesn)
# endregion

say "$IMPORTED" 'What was my name?'
listen "$IMPORTED"

# region stdio
call POST /agents '{
  "name": "Librarian",
  "model": "claude-opus-5-5",
  "mcp_servers": [{
    "type": "stdio",
    "name": "library",
    "command": "npx",
    "args": ["-y", "@example/library-mcp"],
    "env": { "LIBRARY_TOKEN": "…" }
  }],
  "tools": [{ "type": "mcp_toolset", "mcp_server_name": "library" }]
}'
# endregion
