import { createElement, Fragment, memo, type ReactNode } from 'react';
import { useHighlight } from './highlight.ts';
import type { Tree } from './lowlight.ts';

/** Code with its colours, once they are there. */
export const Coloured = memo(function Coloured({
  code,
  language,
}: {
  code: string;
  language: string | undefined;
}): ReactNode {
  const tree = useHighlight(code, language);
  return tree ? toNodes(tree.children) : code;
});

/** As arguments, since what stays where it is needs no keys. */
function toNodes(children: readonly Tree['children'][number][]): ReactNode {
  return createElement(Fragment, null, ...children.map(toNode));
}

function toNode(node: Tree['children'][number]): ReactNode {
  if (node.type === 'text') return node.value;
  if (node.type !== 'element') return null;
  const { className } = node.properties;
  return (
    <span className={Array.isArray(className) ? className.join(' ') : undefined}>
      {toNodes(node.children)}
    </span>
  );
}
