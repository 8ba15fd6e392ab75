import type { ReactNode } from 'react';
import { toProblem } from '../lib/problem.ts';
import { ErrorState } from '../ui/states.tsx';
import { useAdmission } from './admission.ts';
import { Login } from './login.tsx';

/** Lets in whom the server lets in. A server that is away is told apart from a key that is missing. */
export function Gate({ children }: { children: ReactNode }): ReactNode {
  const { error, isPending, refetch } = useAdmission();
  if (isPending) return null;
  if (!error) return children;
  if (toProblem(error).needsKey) return <Login />;
  return (
    <main>
      <ErrorState error={error} onRetry={() => void refetch()} isPage />
    </main>
  );
}
