#!/usr/bin/env bash
# Messages while the agent works, interrupts, budgets. Run it against a server in demo mode:
#
#   bash examples/official-sdks/steering.sh
source "$(dirname "$0")/client.sh"
AGENT=$(call POST /agents '{
  "name": "Helper",
  "model": "claude-opus-5-5",
  "tools": [{ "type": "agent_toolset_20260401" }]
}' | first agent)
ENVIRONMENT=$(call POST /environments '{ "name": "here" }' | first env)
SESSION=$(call POST /sessions "{ \"agent\": \"$AGENT\", \"environment_id\": \"$ENVIRONMENT\" }" | first sesn)

# region mid-turn
# say SESSION TEXT
say() {
  call POST "/sessions/$1/events" "{ \"events\": [
    { \"type\": \"user.message\", \"content\": [{ \"type\": \"text\", \"text\": \"$2\" }] }
  ] }"
}
say "$SESSION" 'Count slowly to 5.'
say "$SESSION" 'My name is Ada.'
listen "$SESSION"
# endregion

# region interrupt
say "$SESSION" 'Count slowly to 200.'
call POST "/sessions/$SESSION/events" '{ "events": [
  { "type": "user.interrupt" },
  { "type": "user.message", "content": [{ "type": "text", "text": "What is 6 * 7?" }] }
] }'
listen "$SESSION" # the interrupted turn, which ends in an idle of its own
listen "$SESSION" "?after=$LAST" # the turn of the message
# endregion

# region budget
CAPPED=$(call POST /sessions "{
  \"agent\": \"$AGENT\",
  \"environment_id\": \"$ENVIRONMENT\",
  \"budget\": { \"type\": \"limit\", \"max_list_cost\": { \"amount\": \"1\", \"currency\": \"USD\" } },
  \"initial_events\": [{
    \"type\": \"user.message\",
    \"content\": [{ \"type\": \"text\", \"text\": \"Write a greeting into hello.md.\" }]
  }]
}" | first sesn)
listen "$CAPPED" # … "stop_reason":{"type":"budget_reached"}
call POST "/sessions/$CAPPED" '{
  "budget": { "type": "limit", "max_list_cost": { "amount": "500", "currency": "USD" } }
}'
listen "$CAPPED" "?after=$LAST"
# endregion

# region usage
call GET "/sessions/$CAPPED" | grep -o '"usage":{.*"active_seconds":[0-9.]*}'
# endregion
