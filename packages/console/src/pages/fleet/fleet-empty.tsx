import { Link, useNavigate } from '@tanstack/react-router';
import { MessageCircleQuestion, Play, ShieldCheck, SquareTerminal } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useKey } from '../../api/credential.ts';
import {
  exampleAsCurl,
  useExamples,
  useStartExample,
  type Example,
  type ExampleName,
} from '../../api/examples.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { toastError } from '../../ui/toast.tsx';

const ICONS: Record<ExampleName, ReactNode> = {
  program: <SquareTerminal />,
  permission: <ShieldCheck />,
  question: <MessageCircleQuestion />,
};

/** A server without a session: what a session is, and three to try. */
export function FleetEmpty(): ReactNode {
  const { t } = useTranslation();
  const key = useKey();
  const examples = useExamples() ?? [];
  const [first] = examples;
  const curl = first && exampleAsCurl(first, location.origin, key !== undefined);
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-6 overflow-y-auto px-4 py-10 sm:px-6">
      <div>
        <h2 className="text-lg font-semibold">{t('fleet.empty.title')}</h2>
        <p className="mt-1 text-sm text-muted">{t('fleet.empty.text')}</p>
      </div>
      <ul className="grid gap-3 md:grid-cols-3">
        {examples.map((example) => (
          <ExampleCard key={example.name} example={example} />
        ))}
      </ul>
      <Link to="/start" className="text-sm text-accent underline underline-offset-2">
        {t('fleet.empty.own')}
      </Link>
      {curl !== undefined && (
        <section>
          <h3 className="mb-1 text-xs font-medium text-muted">{t('fleet.empty.curl')}</h3>
          <div className="relative rounded-lg border bg-code">
            <pre className="p-3 pr-12 text-xs leading-relaxed break-words whitespace-pre-wrap">{curl}</pre>
            <CopyButton text={curl} className="absolute top-1.5 right-1.5 bg-code" />
          </div>
        </section>
      )}
    </div>
  );
}

function ExampleCard({ example }: { example: Example }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const start = useStartExample();
  const [hasStarted, setStarted] = useState(false);
  const run = async (): Promise<void> => {
    try {
      const sessionId = await start.mutateAsync(example);
      setStarted(true);
      await navigate({ to: '/sessions/$sessionId', params: { sessionId } });
    } catch (error) {
      toastError(error, t('fleet.empty.failed'));
    }
  };
  const isBusy = start.isPending || hasStarted;
  return (
    <li className="flex flex-col gap-2 rounded-lg border bg-surface p-4">
      <div className="text-accent [&_svg]:size-5" aria-hidden>
        {ICONS[example.name]}
      </div>
      <h3 id={`example-${example.name}`} className="font-semibold">
        {example.title}
      </h3>
      <p className="mb-1 text-sm text-muted">{example.text}</p>
      <Button
        className="mt-auto self-start"
        kind="primary"
        icon={<Play />}
        busy={isBusy}
        aria-describedby={`example-${example.name}`}
        onClick={() => void run()}
      >
        {isBusy ? t('fleet.empty.starting') : t('fleet.empty.start')}
      </Button>
    </li>
  );
}
