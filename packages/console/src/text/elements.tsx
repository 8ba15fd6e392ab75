import type { ComponentProps, ReactNode } from 'react';
import type { Components, ExtraProps } from 'react-markdown';
import { isInlineImage } from '../lib/safe-url.ts';
import { CodeBlock } from './code-block.tsx';

/** How elements of an agent's text are shown. */
export const ELEMENTS: Components = {
  a: ({ href, children }) => <Outside href={href}>{children}</Outside>,
  img: ({ src, alt }) =>
    typeof src === 'string' && isInlineImage(src) ? (
      <img src={src} alt={alt ?? ''} className="max-h-96 rounded-md border" />
    ) : (
      // Pictures of other servers would tell them who reads.
      <Outside href={typeof src === 'string' ? src : undefined}>{alt || src}</Outside>
    ),
  pre: Pre,
  table: ({ children }) => (
    <div className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
  // The corner of a table heads nothing.
  th: ({ children, style }) =>
    children ? (
      <th scope="col" style={style}>
        {children}
      </th>
    ) : (
      // oxlint-disable-next-line jsx-a11y/control-has-associated-label
      <td />
    ),
  // The page has headings of its own above.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h5>{children}</h5>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
};

function Outside({ href, children }: { href: string | undefined; children: ReactNode }): ReactNode {
  if (!href) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function Pre({ node }: ComponentProps<'pre'> & ExtraProps): ReactNode {
  const code = node?.children[0];
  if (code?.type !== 'element') return null;
  const { className } = code.properties;
  const language = Array.isArray(className)
    ? className
        .map(String)
        .find((name) => name.startsWith('language-'))
        ?.slice('language-'.length)
    : undefined;
  const text = code.children.map((child) => (child.type === 'text' ? child.value : '')).join('');
  return <CodeBlock code={text.replace(/\n$/, '')} language={language} />;
}
