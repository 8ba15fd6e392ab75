# Lists, errors, retries that do nothing twice, and streams that lose nothing. Run it against a server in demo mode:
#
#   pip install anthropic && python examples/official-sdks/reliable.py

import os
import sys
import time
import uuid

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ.get("BULLPEN_URL", "http://127.0.0.1:8000"),
    api_key=os.environ.get("BULLPEN_API_KEY", "none"),
)
agent = client.beta.agents.create(name="Helper", model="claude-opus-5-5")
environment = client.beta.environments.create(name="here")


def message(text):
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


# region once
once = {"Idempotency-Key": str(uuid.uuid4())}
request = {
    "agent": agent.id,
    "environment_id": environment.id,
    "initial_events": [message("Count slowly to 5.")],
}
job = client.beta.sessions.create(**request, extra_headers=once)
same = client.beta.sessions.create(**request, extra_headers=once)
print("One session." if job.id == same.id else "Two sessions.")
# endregion

# region reconnect
last_id = None
is_idle = False
while not is_idle:
    try:
        headers = {"Last-Event-ID": last_id} if last_id else {}
        with client.beta.sessions.events.stream(job.id, extra_headers=headers) as stream:
            for event in stream:
                last_id = event.id
                print(event.type)
                is_idle = event.type == "session.status_idle"
                if is_idle:
                    break
    except anthropic.APIStatusError:
        raise  # The server has answered: the connection is not what is wrong.
    except Exception as error:
        print(f"The connection broke: {type(error).__name__}", file=sys.stderr)
    if not is_idle:
        time.sleep(1)
# endregion

# region lists
for listed in client.beta.sessions.list(agent_id=agent.id, limit=20):
    print(listed.id, listed.status)
for event in client.beta.sessions.events.list(job.id, types=["agent.message"]):
    print(event.content[0].text)
# endregion

# region errors
try:
    client.beta.agents.update(agent.id, version=7, name="Renamed")
except anthropic.APIStatusError as error:
    print(error.status_code, error.body["error"]["type"], error.request_id)
    print(error.message)
# endregion
