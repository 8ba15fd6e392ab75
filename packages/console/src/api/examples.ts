import { useMutation, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { en } from '../i18n/en/index.ts';
import { useKey } from './credential.ts';
import { request } from './http.ts';

export const EXAMPLE_NAMES = ['program', 'permission', 'question'] as const;
export type ExampleName = (typeof EXAMPLE_NAMES)[number];

/** A session that shows what agents can do, ready to be started. */
export interface Example {
  name: ExampleName;
  title: string;
  text: string;
  /** The body of `POST /execute/`. */
  body: {
    prompt: string;
    title: string;
    permission_mode: 'acceptEdits';
    on_ask: 'wait';
    allowed_tools?: string[];
  };
}

/** The demo model plays an agent from English prompts; only to ask a question it has to be told to the letter. */
const DEMO_QUESTION =
  '[[tool=AskUserQuestion {"questions":[{"question":"How many servers will use the database?","header":"Servers","multiSelect":false,' +
  '"options":[{"label":"One","description":"SQLite: one file, nothing to run"},{"label":"Several","description":"PostgreSQL: they share it"}] }] }]]' +
  ' [[text=Thank you, that settles it. I go with what fits that many servers.]]';

function makeExamples(mode: 'demo' | 'provider', t: TFunction): Example[] {
  return EXAMPLE_NAMES.map((name) => ({
    name,
    title: t(`examples.${name}.title`),
    text: t(`examples.${name}.text`),
    body: {
      prompt: mode === 'demo' ? demoPrompt(name) : t(`examples.${name}.prompt`),
      title: t(`examples.${name}.session`),
      permission_mode: 'acceptEdits',
      on_ask: 'wait',
      ...(name === 'program' && { allowed_tools: ['Bash(sh primes.sh)'] }),
    },
  }));
}

/** The examples for the model that this server has; undefined until that is known. */
export function useExamples(): readonly Example[] | undefined {
  const { t } = useTranslation();
  const key = useKey();
  const { data: mode } = useQuery({
    queryKey: ['server-mode', key],
    queryFn: async ({ signal }) =>
      (await request<{ mode?: 'demo' | 'provider' }>('/server', { signal })).mode ?? 'provider',
    staleTime: Infinity,
  });
  return mode && makeExamples(mode, t);
}

/** Starts one; answers with the id of the new session. */
export function useStartExample(): ReturnType<typeof useMutation<string, Error, Example>> {
  return useMutation({
    mutationFn: async ({ body }: Example) => {
      const answer = await request<{ session_id: string }>('/execute/', { method: 'POST', body });
      return answer.session_id;
    },
  });
}

/** The same from a terminal. The key is named, not shown. */
export function exampleAsCurl({ body }: Example, origin: string, needsKey: boolean): string {
  const lines = [
    `curl ${origin}/execute/`,
    ...(needsKey ? [`-H "authorization: Bearer $BULLPEN_API_KEY"`] : []),
    `-H 'content-type: application/json'`,
    `-d '${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`,
  ];
  return lines.join(' \\\n  ');
}

function demoPrompt(name: ExampleName): string {
  const { prompt } = en.examples[name];
  return name === 'question' ? `${prompt} ${DEMO_QUESTION}` : prompt;
}
