# An agent, a place to work, a session: send messages and watch the work. Run it against a server in demo mode:
#
#   pip install anthropic && python examples/official-sdks/quickstart.py

# region connect
import os

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ.get("BULLPEN_URL", "http://127.0.0.1:8000"),
    api_key=os.environ.get("BULLPEN_API_KEY", "none"),
)
# endregion


# region helpers
def message(text):
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


def text_of(content):
    return "".join(block.text for block in content if block.type == "text")
# endregion


# region create
agent = client.beta.agents.create(
    name="Helper",
    model="claude-opus-5-5",
    system="You help with small tasks.",
    tools=[{"type": "agent_toolset_20260401"}],
)
environment = client.beta.environments.create(name="here")
session = client.beta.sessions.create(
    agent=agent.id,
    environment_id=environment.id,
    title="First steps",
)
# endregion

# region stream-first
with client.beta.sessions.events.stream(session.id) as stream:
    client.beta.sessions.events.send(session.id, events=[message("Write a greeting into hello.md.")])
    for event in stream:
        if event.type == "agent.tool_use":
            print(f"It uses {event.name}.")
        if event.type == "agent.message":
            print(text_of(event.content))
        if event.type == "session.status_idle":
            break
# endregion

# region send-first
client.beta.sessions.events.send(session.id, events=[message("What is 6 * 7?")])
with client.beta.sessions.events.stream(session.id) as stream:
    for event in stream:
        if event.type == "agent.message":
            print(text_of(event.content))
        if event.type == "session.status_idle":
            break
# endregion

# region previews
with client.beta.sessions.events.stream(session.id, event_deltas=["agent.message"]) as stream:
    client.beta.sessions.events.send(session.id, events=[message("Count slowly to 5.")])
    for event in stream:
        if event.type == "event_delta":
            print(event.delta.content.text, end="", flush=True)
        if event.type == "session.status_idle":
            break
# endregion
print()

# region clean-up
client.beta.sessions.archive(session.id)
client.beta.agents.archive(agent.id)
# endregion
