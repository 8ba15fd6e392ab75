export const examples = {
  program: {
    title: 'Watch an agent write and run a program',
    text: 'It writes a small script, runs it and tells you what came out. It needs nobody.',
    session: 'Write and run a program',
    prompt:
      'Create primes.sh containing "for n in 2 3 5 7 11 13; do echo $n is prime; done", then run `sh primes.sh` and tell me what it printed.',
  },
  permission: {
    title: 'Let an agent ask for your permission',
    text: 'It wants to run a command that no rule allows. You decide, and it goes on.',
    session: 'Run a command with permission',
    prompt:
      'Create greet.sh containing "echo Hello from $(hostname)", then run `sh greet.sh` and tell me what it printed.',
  },
  question: {
    title: 'Have an agent ask you a question',
    text: 'It cannot know what you prefer, so it asks with a form and waits for your answer.',
    session: 'Choose a database',
    prompt:
      'Which database should my team use? Ask me one question about it with your question tool, then decide in one sentence.',
  },
} as const;
