import { memo, type ReactNode } from 'react';
import ReactMarkdown from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { isSafeUrl } from '../lib/safe-url.ts';
import { GrowingContext } from './code-block.tsx';
import { ELEMENTS } from './elements.tsx';
import { splitBlocks } from './split-blocks.ts';

const REMARK = [remarkGfm];
const REHYPE: Parameters<typeof ReactMarkdown>[0]['rehypePlugins'] = [
  [
    rehypeSanitize,
    {
      ...defaultSchema,
      protocols: {
        ...defaultSchema.protocols,
        href: ['http', 'https', 'mailto'],
        src: ['http', 'https', 'data', 'blob'],
      },
    },
  ],
];

/** Only the last block changes while text is being written. */
export function Rendered({ text, isGrowing }: { text: string; isGrowing: boolean }): ReactNode {
  const blocks = isGrowing ? splitBlocks(text) : [text];
  return (
    <div className="prose">
      {blocks.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a block stays where it is
        <Block key={index} text={block} isGrowing={isGrowing && index === blocks.length - 1} />
      ))}
    </div>
  );
}

const Block = memo(function Block({ text, isGrowing }: { text: string; isGrowing: boolean }): ReactNode {
  return (
    <GrowingContext value={isGrowing}>
      <ReactMarkdown
        remarkPlugins={REMARK}
        rehypePlugins={REHYPE}
        urlTransform={(url, name) => (isSafeUrl(url, name === 'src') ? url : '')}
        components={ELEMENTS}
      >
        {text}
      </ReactMarkdown>
    </GrowingContext>
  );
});
