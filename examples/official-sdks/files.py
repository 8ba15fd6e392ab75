# Files for an agent, what it makes of them, repositories, and outcomes. Needs a server with bubblewrap. Run it in demo mode:
#
#   pip install anthropic && python examples/official-sdks/files.py

import os

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ.get("BULLPEN_URL", "http://127.0.0.1:8000"),
    api_key=os.environ.get("BULLPEN_API_KEY", "none"),
)
# region upload
sales = client.beta.files.upload(file=("sales.csv", b"city,sales\nOslo,3\nLima,5\n"))
# endregion

agent = client.beta.agents.create(
    name="Helper",
    model="claude-opus-5-5",
    tools=[{"type": "agent_toolset_20260401"}],
)
environment = client.beta.environments.create(name="here")


def message(text):
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


# region mount
analysis = client.beta.sessions.create(
    agent=agent.id,
    environment_id=environment.id,
    resources=[{"type": "file", "file_id": sales.id, "mount_path": "sales.csv"}],
    initial_events=[
        message("Write /mnt/session/outputs/summary.md, then run `wc -l /mnt/session/uploads/sales.csv`."),
    ],
)
with client.beta.sessions.events.stream(analysis.id) as stream:
    for event in stream:
        if event.type == "session.status_idle":
            break
# endregion

# region outputs
for file in client.beta.files.list(scope_id=analysis.id):
    print(file.filename, file.size_bytes)
    if file.filename == "summary.md":
        print(client.beta.files.download(file.id).text())
# endregion

# region repository
review = client.beta.sessions.create(
    agent=agent.id,
    environment_id=environment.id,
    resources=[
        {
            "type": "github_repository",
            "url": "https://github.com/example/shop",
            "authorization_token": os.environ.get("GITHUB_TOKEN", "none"),
            "checkout": {"type": "branch", "name": "main"},
        }
    ],
)
print([resource.mount_path for resource in review.resources])
# endregion

# region outcome
outcome = client.beta.sessions.create(
    agent=agent.id,
    environment_id=environment.id,
    initial_events=[
        {
            "type": "user.define_outcome",
            "description": "Write a greeting into hello.md.",
            "rubric": {"type": "text", "content": "- There is a file hello.md.\n- It greets somebody by name."},
            "max_iterations": 3,
        }
    ],
)
with client.beta.sessions.events.stream(outcome.id) as stream:
    for event in stream:
        if event.type == "span.outcome_evaluation_end":
            print(event.result, event.explanation)
        if event.type == "session.status_idle":
            break
for evaluation in client.beta.sessions.retrieve(outcome.id).outcome_evaluations:
    print(evaluation.description, evaluation.result)
# endregion
