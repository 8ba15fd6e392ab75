# What an agent may do, who is asked, and tools of your own. Run it against a server in demo mode:
#
#   export BULLPEN_API_KEY="$(cat .bullpen/approval-key)"
#   pip install anthropic && python examples/official-sdks/tools.py

import os

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ.get("BULLPEN_URL", "http://127.0.0.1:8000"),
    api_key=os.environ.get("BULLPEN_API_KEY", "none"),
)
environment = client.beta.environments.create(name="here")

# region policies
careful = client.beta.agents.create(
    name="Careful",
    model="claude-opus-5-5",
    tools=[
        {
            "type": "agent_toolset_20260401",
            "default_config": {"permission_policy": {"type": "always_allow"}},
            "configs": [
                {"name": "bash", "permission_policy": {"type": "always_ask"}},
                {"name": "web_search", "enabled": False},
            ],
        }
    ],
)
guarded = client.beta.sessions.create(agent=careful.id, environment_id=environment.id)
# endregion


def message(text):
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


def text_of(content):
    return "".join(block.text for block in content if block.type == "text")


# region confirm
def decide(call):
    if str(call.input["command"]).startswith("rm "):
        return {"result": "deny", "deny_message": "Keep the file."}
    return {"result": "allow"}


with client.beta.sessions.events.stream(guarded.id) as stream:
    client.beta.sessions.events.send(
        guarded.id, events=[message("Write a greeting into hello.md, then run `rm hello.md`.")]
    )
    for event in stream:
        if event.type == "agent.tool_use" and event.evaluated_permission == "ask":
            answer = decide(event)
            print(f"{event.name}: {answer['result']}")
            client.beta.sessions.events.send(
                guarded.id,
                events=[{"type": "user.tool_confirmation", "tool_use_id": event.id, **answer}],
            )
        if event.type == "session.status_idle" and event.stop_reason.type != "requires_action":
            break
# endregion

# region custom-tool
reporter = client.beta.agents.create(
    name="Reporter",
    model="claude-opus-5-5",
    tools=[
        {
            "type": "custom",
            "name": "get_weather",
            "description": "The weather in a city, right now.",
            "input_schema": {
                "type": "object",
                "properties": {"city": {"type": "string", "examples": ["Oslo"]}},
                "required": ["city"],
            },
        }
    ],
)
report = client.beta.sessions.create(
    agent=reporter.id,
    environment_id=environment.id,
    initial_events=[message("Ask get_weather how it is in Oslo.")],
)
with client.beta.sessions.events.stream(report.id) as stream:
    for event in stream:
        if event.type == "agent.custom_tool_use":
            weather = f"Sunny in {event.input['city']}"
            client.beta.sessions.events.send(
                report.id,
                events=[
                    {
                        "type": "user.custom_tool_result",
                        "custom_tool_use_id": event.id,
                        "content": [{"type": "text", "text": weather}],
                    }
                ],
            )
        if event.type == "agent.message":
            print(text_of(event.content))
        if event.type == "session.status_idle" and event.stop_reason.type != "requires_action":
            break
# endregion

# region mcp
connected = client.beta.agents.create(
    name="Connected",
    model="claude-opus-5-5",
    mcp_servers=[{"type": "url", "name": "tracker", "url": "https://mcp.example.com/mcp"}],
    tools=[
        {
            "type": "mcp_toolset",
            "mcp_server_name": "tracker",
            "configs": [{"name": "list_issues", "permission_policy": {"type": "always_allow"}}],
        }
    ],
)
# endregion
print(connected.mcp_servers[0].name)
