export const login = {
  title: 'Sign in to Bullpen',
  text: 'This server asks for an API key. It is kept in this browser only.',
  key: 'API key',
  wrong: 'The server does not know this key.',
  remember: 'Remember it on this device',
  submit: 'Continue',
  checking: 'Checking…',
  approval: {
    title: 'A key is needed to answer',
    text: 'Whoever answers for a person has to show a key, also on a server that asks for none: agents on this machine could reach it too. The key is in the file approval-key of the data directory, and in the link that the server printed when it started.',
  },
} as const;
