#!/usr/bin/env bash
# What this server has beyond the hosted API. Run it against a server in demo mode, started as
#
#   npm start -- --stdio-mcp
#   bash examples/official-sdks/extensions.sh
source "$(dirname "$0")/client.sh"
AGENT=$(call POST /agents '{ "name": "Helper", "model": "claude-opus-5-5" }' | first agent)
ENVIRONMENT=$(call POST /environments '{ "name": "here" }' | first env)

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
