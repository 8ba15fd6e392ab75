import type { UseQueryResult } from '@tanstack/react-query';
import {
  Blocks,
  Braces,
  Ellipsis,
  FolderOpen,
  ShieldCheck,
  SlidersHorizontal,
  Tag,
  Terminal,
  ChevronRight,
} from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { labelOf, optionTexts } from './field-texts.ts';
import type { FormField } from './form/fields.ts';
import { GROUPS } from './form/layout.ts';
import { nameOf, summaryOf } from './form/names.ts';
import type { OpenApi } from './form/schemas.ts';
import type { Values } from './form/values.ts';
import { FieldControl } from './widgets/field-control.tsx';

type FoldedGroup = (typeof GROUPS)[number];

const ICONS = {
  model: SlidersHorizontal,
  place: FolderOpen,
  permissions: ShieldCheck,
  servers: Blocks,
  environment: Terminal,
  output: Braces,
  labels: Tag,
  more: Ellipsis,
} as const satisfies Record<FoldedGroup, unknown>;

/** Everything else that can be set, folded away in groups that say what is set in them. */
export function OptionGroups({
  api,
  fields,
  shown,
}: {
  api: UseQueryResult<OpenApi>;
  fields: readonly FormField[];
  /** Its group is opened. */
  shown: { key: string } | undefined;
}): ReactNode {
  const { t } = useTranslation();
  if (api.isPending) return <Skeleton rows={6} />;
  if (api.isError) {
    return (
      <div role="alert" className="flex flex-wrap items-center gap-2 rounded-md border px-3 py-2 text-sm">
        <span className="mr-auto">{t('start.noSchema')}</span>
        <Button size="sm" onClick={() => void api.refetch()}>
          {t('common.retry')}
        </Button>
      </div>
    );
  }
  return (
    <div className="rounded-lg border bg-surface">
      {GROUPS.map((group) => {
        const own = fields.filter((field) => field.group === group);
        if (own.length === 0) return null;
        return <OptionGroup key={group} group={group} fields={own} shown={shown} />;
      })}
    </div>
  );
}

function OptionGroup({
  group,
  fields,
  shown,
}: {
  group: FoldedGroup;
  fields: readonly FormField[];
  shown: { key: string } | undefined;
}): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [seen, setSeen] = useState(shown);
  if (shown !== seen) {
    setSeen(shown);
    if (fields.some(({ key }) => key === shown?.key)) setOpen(true);
  }
  const Icon = ICONS[group];
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="group border-b last:border-b-0"
    >
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 px-3 py-2 hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight
          className="size-4 shrink-0 text-faint transition-transform group-open:rotate-90"
          aria-hidden
        />
        <Icon className="size-4 shrink-0 text-muted" aria-hidden />
        <span className="shrink-0 font-medium">{t(`start.groups.${group}`)}</span>
        <Summary fields={fields} />
      </summary>
      <div className="flex flex-col gap-5 px-3 pt-1 pb-4 sm:pl-9">
        {fields.map((field) => (
          <FieldControl key={field.key} field={field} />
        ))}
      </div>
    </details>
  );
}

function Summary({ fields }: { fields: readonly FormField[] }): ReactNode {
  const { t } = useTranslation();
  const { control, formState } = useFormContext<Values>();
  const values = useWatch({ control }) as Values;
  const hasError = fields.some((field) => {
    const [kind, key] = nameOf(field).split('.', 2);
    const errors = formState.errors as Record<string, Record<string, unknown> | undefined>;
    return key === undefined ? errors[kind ?? ''] : errors[kind ?? '']?.[key];
  });
  return (
    <span className="flex min-w-0 flex-1 flex-wrap justify-end gap-1">
      {fields.map((field) => {
        const summary = summaryOf(field, values);
        if (summary === undefined) return null;
        const isChoice = field.control.kind === 'choice';
        return (
          <span
            key={field.key}
            className="max-w-full truncate rounded-md bg-sunken px-1.5 py-0.5 text-xs text-muted"
          >
            {labelOf(field, t)}: {isChoice ? optionTexts(field, summary, t).label : summary}
          </span>
        );
      })}
      {hasError && <Badge tone="bad">!</Badge>}
    </span>
  );
}
