import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startI18n } from './i18n/i18n.ts';
import { startKeepingFocus } from './lib/keep-focus.ts';
import { startKeyboard } from './lib/keyboard.ts';
import { toProblem } from './lib/problem.ts';
import { startTheme } from './lib/theme.ts';
import { router } from './routes.tsx';
import { askForAdmission } from './shell/admission.ts';
import { Gate } from './shell/gate.tsx';
import './styles.css';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // What the server has refused it refuses again.
      retry: (count, error) => toProblem(error).status === 0 && count < 2,
    },
  },
});

// All at once: whether the server lets this browser in, the page's code, and what it shows.
askForAdmission(queries);
void router.load();
startTheme();
startKeyboard();
startKeepingFocus();
await startI18n();
const element = document.getElementById('root');
if (!element) throw new Error('The page has no root.');
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Gate>
        <RouterProvider router={router} />
      </Gate>
    </QueryClientProvider>
  </StrictMode>,
);
