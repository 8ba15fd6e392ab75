#!/usr/bin/env bash
# What an agent may do, who is asked, and tools of your own. Run it against a server in demo mode:
#
#   export BULLPEN_API_KEY="$(cat .bullpen/approval-key)"
#   bash examples/official-sdks/tools.sh
source "$(dirname "$0")/client.sh"
ENVIRONMENT=$(call POST /environments '{ "name": "here" }' | first env)

# region policies
CAREFUL=$(call POST /agents '{
  "name": "Careful",
  "model": "claude-opus-5-5",
  "tools": [{
    "type": "agent_toolset_20260401",
    "default_config": { "permission_policy": { "type": "always_allow" } },
    "configs": [
      { "name": "bash", "permission_policy": { "type": "always_ask" } },
      { "name": "web_search", "enabled": false }
    ]
  }]
}' | first agent)
GUARDED=$(call POST /sessions "{ \"agent\": \"$CAREFUL\", \"environment_id\": \"$ENVIRONMENT\" }" | first sesn)
# endregion

# region confirm
call POST "/sessions/$GUARDED/events" '{ "events": [{
  "type": "user.message",
  "content": [{ "type": "text", "text": "Write a greeting into hello.md, then run `rm hello.md`." }]
}] }'
CALL=$(listen "$GUARDED" | grep '"evaluated_permission":"ask"' | first sevt)
call POST "/sessions/$GUARDED/events" "{ \"events\": [{
  \"type\": \"user.tool_confirmation\",
  \"tool_use_id\": \"$CALL\",
  \"result\": \"deny\",
  \"deny_message\": \"Keep the file.\"
}] }"
listen "$GUARDED"
# endregion

# region custom-tool
REPORTER=$(call POST /agents '{
  "name": "Reporter",
  "model": "claude-opus-5-5",
  "tools": [{
    "type": "custom",
    "name": "get_weather",
    "description": "The weather in a city, right now.",
    "input_schema": {
      "type": "object",
      "properties": { "city": { "type": "string", "examples": ["Oslo"] } },
      "required": ["city"]
    }
  }]
}' | first agent)
REPORT=$(call POST /sessions "{
  \"agent\": \"$REPORTER\",
  \"environment_id\": \"$ENVIRONMENT\",
  \"initial_events\": [{
    \"type\": \"user.message\",
    \"content\": [{ \"type\": \"text\", \"text\": \"Ask get_weather how it is in Oslo.\" }]
  }]
}" | first sesn)
CALL=$(listen "$REPORT" | grep '"type":"agent.custom_tool_use"' | first sevt)
call POST "/sessions/$REPORT/events" "{ \"events\": [{
  \"type\": \"user.custom_tool_result\",
  \"custom_tool_use_id\": \"$CALL\",
  \"content\": [{ \"type\": \"text\", \"text\": \"Sunny in Oslo\" }]
}] }"
listen "$REPORT"
# endregion

# region mcp
call POST /agents '{
  "name": "Connected",
  "model": "claude-opus-5-5",
  "mcp_servers": [{ "type": "url", "name": "tracker", "url": "https://mcp.example.com/mcp" }],
  "tools": [{
    "type": "mcp_toolset",
    "mcp_server_name": "tracker",
    "configs": [{ "name": "list_issues", "permission_policy": { "type": "always_allow" } }]
  }]
}'
# endregion
