import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useKey } from '../api/credential.ts';
import { toProblem } from '../lib/problem.ts';
import { ErrorState } from '../ui/states.tsx';
import { admissionQuery } from './admission.ts';
import { Login } from './login.tsx';

/** Lets in whom the server lets in. A server that is away is told apart from a key that is missing. */
export function Gate({ children }: { children: ReactNode }): ReactNode {
  const key = useKey();
  const { error, isPending, refetch } = useQuery({
    ...admissionQuery(key),
    // While another key is looked at, whoever is inside stays, with what they were writing.
    placeholderData: keepPreviousData,
  });
  if (isPending) return null;
  if (!error) return children;
  if (toProblem(error).needsKey) return <Login />;
  return (
    <main>
      <ErrorState error={error} onRetry={() => void refetch()} />
    </main>
  );
}
