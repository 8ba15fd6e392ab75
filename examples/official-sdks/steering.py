# Messages while the agent works, interrupts, budgets. Run it against a server in demo mode:
#
#   pip install anthropic && python examples/official-sdks/steering.py

import os

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ.get("BULLPEN_URL", "http://127.0.0.1:8000"),
    api_key=os.environ.get("BULLPEN_API_KEY", "none"),
)
agent = client.beta.agents.create(
    name="Helper",
    model="claude-opus-5-5",
    tools=[{"type": "agent_toolset_20260401"}],
)
environment = client.beta.environments.create(name="here")
session = client.beta.sessions.create(agent=agent.id, environment_id=environment.id)


def message(text):
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


def text_of(content):
    return "".join(block.text for block in content if block.type == "text")


# region mid-turn
with client.beta.sessions.events.stream(session.id) as stream:
    client.beta.sessions.events.send(session.id, events=[message("Count slowly to 5.")])
    client.beta.sessions.events.send(session.id, events=[message("My name is Ada.")])
    for event in stream:
        if event.type == "agent.message":
            print(text_of(event.content))
        if event.type == "session.status_idle":
            break
# endregion

# region interrupt
redirect = None
is_taken = False
with client.beta.sessions.events.stream(session.id) as stream:
    client.beta.sessions.events.send(session.id, events=[message("Count slowly to 200.")])
    for event in stream:
        if event.type == "span.model_request_start" and redirect is None:
            sent = client.beta.sessions.events.send(
                session.id, events=[{"type": "user.interrupt"}, message("What is 6 * 7?")]
            )
            redirect = sent.data[-1].id
        if event.type == "user.message" and event.id == redirect:
            is_taken = True
        if event.type == "agent.message":
            print(text_of(event.content))
        # The interrupted turn ends in an idle of its own, before the message is taken.
        if event.type == "session.status_idle" and is_taken:
            break
# endregion

# region budget
capped = client.beta.sessions.create(
    agent=agent.id,
    environment_id=environment.id,
    budget={"type": "limit", "max_list_cost": {"amount": "1", "currency": "USD"}},
    initial_events=[message("Write a greeting into hello.md.")],
)
with client.beta.sessions.events.stream(capped.id) as stream:
    for event in stream:
        if event.type != "session.status_idle":
            continue
        print(event.stop_reason.type)
        if event.stop_reason.type != "budget_reached":
            break
        client.beta.sessions.update(
            capped.id,
            budget={"type": "limit", "max_list_cost": {"amount": "500", "currency": "USD"}},
        )
# endregion

# region usage
now = client.beta.sessions.retrieve(capped.id)
print(f"{now.usage.output_tokens} tokens, {now.usage.list_cost.amount} of {now.budget.max_list_cost.amount} cents")
# endregion
