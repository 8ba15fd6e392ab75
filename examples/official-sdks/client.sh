# What the scripts beside this one share. They need bash and curl; pasted into a terminal, the pieces work with zsh too.
set -euo pipefail

# region connect
API="${BULLPEN_URL:-http://127.0.0.1:8000}/v1"
KEY="${BULLPEN_API_KEY:-none}"

# call METHOD PATH [BODY]
call() {
  curl -gsS --fail-with-body -w '\n' -X "$1" "$API$2" \
    -H "x-api-key: $KEY" -H 'content-type: application/json' ${3:+-d "$3"}
}
# The first id of a kind in an answer: `… | first agent`
first() { grep -o "$1_[0-9A-Za-z]*" | head -n 1; }
# endregion

# region listen
# listen SESSION [QUERY]: prints events as they come, until the session is idle; LAST is the id of the last one
listen() {
  local line id=''
  while read -r line; do
    case "$line" in
      id:*) id="${line#id: }" ;;
      data:*) echo "${line#data: }" && LAST="$id" ;;
    esac
    [[ "$line" == *'"type":"session.status_idle"'* ]] && return
  done < <(curl -gsN "$API/sessions/$1/events/stream${2:-}" -H "x-api-key: $KEY")
  return 1
}
# endregion
