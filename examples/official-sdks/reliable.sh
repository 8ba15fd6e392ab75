#!/usr/bin/env bash
# Lists, errors, retries that do nothing twice, and streams that lose nothing. Run it against a server in demo mode:
#
#   bash examples/official-sdks/reliable.sh
source "$(dirname "$0")/client.sh"
AGENT=$(call POST /agents '{ "name": "Helper", "model": "claude-opus-5-5" }' | first agent)
ENVIRONMENT=$(call POST /environments '{ "name": "here" }' | first env)

# region once
ONCE="order-$RANDOM$RANDOM"
create_job() {
  curl -sS --fail-with-body --retry 3 --retry-connrefused "$API/sessions" \
    -H "x-api-key: $KEY" -H 'content-type: application/json' -H "Idempotency-Key: $ONCE" -d "{
      \"agent\": \"$AGENT\",
      \"environment_id\": \"$ENVIRONMENT\",
      \"initial_events\": [{
        \"type\": \"user.message\",
        \"content\": [{ \"type\": \"text\", \"text\": \"Count slowly to 5.\" }]
      }]
    }"
}
JOB=$(create_job | first sesn)
[[ "$JOB" == "$(create_job | first sesn)" ]] && echo 'One session.'
# endregion

# region reconnect
LAST=''
until listen "$JOB" "${LAST:+?after=$LAST}"; do sleep 1; done
# endregion

# region lists
call GET "/sessions?agent_id=$AGENT&limit=20" # "next_page" goes into &page=
call GET "/sessions/$JOB/events?types[]=agent.message"
# endregion

# region errors
call POST "/agents/$AGENT" '{ "version": 7, "name": "Renamed" }' || echo "It was refused."
# endregion
