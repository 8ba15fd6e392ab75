#!/usr/bin/env bash
# Files for an agent, what it makes of them, repositories, and outcomes. Needs a server with bubblewrap. Run it in demo mode:
#
#   bash examples/official-sdks/files.sh
source "$(dirname "$0")/client.sh"
AGENT=$(call POST /agents '{
  "name": "Helper",
  "model": "claude-opus-5-5",
  "tools": [{ "type": "agent_toolset_20260401" }]
}' | first agent)
ENVIRONMENT=$(call POST /environments '{ "name": "here" }' | first env)

# region upload
SALES=$(printf 'city,sales\nOslo,3\nLima,5\n' |
  curl -sS --fail-with-body "$API/files" -H "x-api-key: $KEY" -F 'file=@-;filename=sales.csv' | first file)
# endregion

# region mount
ANALYSIS=$(call POST /sessions "{
  \"agent\": \"$AGENT\",
  \"environment_id\": \"$ENVIRONMENT\",
  \"resources\": [{ \"type\": \"file\", \"file_id\": \"$SALES\", \"mount_path\": \"sales.csv\" }],
  \"initial_events\": [{
    \"type\": \"user.message\",
    \"content\": [{
      \"type\": \"text\",
      \"text\": \"Write /mnt/session/outputs/summary.md, then run \`wc -l /mnt/session/uploads/sales.csv\`.\"
    }]
  }]
}" | first sesn)
listen "$ANALYSIS"
# endregion

# region outputs
call GET "/files?scope_id=$ANALYSIS"
SUMMARY=$(call GET "/files?scope_id=$ANALYSIS" | grep -o '{[^{]*"filename":"summary.md"' | first file)
call GET "/files/$SUMMARY/content"
# endregion

# region repository
call POST /sessions "{
  \"agent\": \"$AGENT\",
  \"environment_id\": \"$ENVIRONMENT\",
  \"resources\": [{
    \"type\": \"github_repository\",
    \"url\": \"https://github.com/example/shop\",
    \"authorization_token\": \"${GITHUB_TOKEN:-none}\",
    \"checkout\": { \"type\": \"branch\", \"name\": \"main\" }
  }]
}"
# endregion

# region outcome
OUTCOME=$(call POST /sessions "{
  \"agent\": \"$AGENT\",
  \"environment_id\": \"$ENVIRONMENT\",
  \"initial_events\": [{
    \"type\": \"user.define_outcome\",
    \"description\": \"Write a greeting into hello.md.\",
    \"rubric\": { \"type\": \"text\", \"content\": \"- There is a file hello.md.\n- It greets somebody by name.\" },
    \"max_iterations\": 3
  }]
}" | first sesn)
listen "$OUTCOME" # … "type":"span.outcome_evaluation_end","result":"satisfied"
call GET "/sessions/$OUTCOME" | grep -o '"outcome_evaluations":\[.*\]'
# endregion
