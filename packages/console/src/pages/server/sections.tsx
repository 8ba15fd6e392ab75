import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServerState } from '../../api/server.ts';
import { formatAgo, formatBytes, formatDuration, formatTime } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { Badge } from '../../ui/badge.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Bytes } from '../../ui/values.tsx';
import { Facts } from './facts.tsx';

// Names of settings are those of the documentation: docs/reference/configuration.md.

export interface SectionProps {
  state: ServerState;
}

export function AgentFacts({ state: { agents, sandbox } }: SectionProps): ReactNode {
  const { t } = useTranslation();
  const used = t('server.slotsUsed', { running: agents.running, max: agents.max });
  return (
    <Facts
      title={t('server.sections.agents')}
      facts={[
        { name: t('server.waiting'), value: agents.waiting ?? t('server.unknown') },
        { name: t('server.warm'), value: agents.warm, hint: t('server.warmHint') },
        { name: t('server.processes'), value: agents.processes },
        {
          name: t('server.sandbox'),
          value: t(`server.sandboxes.${sandbox.kind}`),
          hint: sandbox.reason ?? undefined,
        },
      ]}
    >
      <Measured text={used} setting="max-agents" />
      <Meter
        label={t('server.slots')}
        value={agents.running}
        max={agents.max}
        text={used}
        tone={agents.running >= agents.max ? 'wait' : 'accent'}
      />
    </Facts>
  );
}

export function MemoryFacts({ state: { memory } }: SectionProps): ReactNode {
  const { t, i18n } = useTranslation();
  const { total_bytes: total, free_bytes: free, min_free_bytes: least } = memory;
  const text = t('server.memoryUsed', {
    free: formatBytes(free, i18n.language),
    total: formatBytes(total, i18n.language),
  });
  return (
    <Facts
      title={t('server.sections.memory')}
      facts={[
        { name: t('server.memoryServer'), value: <Bytes value={memory.server_bytes} /> },
        { name: t('server.memoryAgents'), value: <Bytes value={memory.agents_bytes} /> },
        { name: t('server.least'), value: <Least bytes={least} />, hint: <Setting name="min-free-memory" /> },
      ]}
    >
      <Measured text={text} />
      <Meter
        label={t('server.sections.memory')}
        value={total - free}
        max={total}
        text={text}
        tone={free < least ? 'bad' : free < total * 0.1 ? 'wait' : 'accent'}
      />
    </Facts>
  );
}

export function DiskFacts({ state: { disk } }: SectionProps): ReactNode {
  const now = useNow();
  const { t, i18n } = useTranslation();
  const { total_bytes: total, free_bytes: free, min_free_bytes: least } = disk;
  const measuredAt = disk.workspaces_measured_at;
  const isKnown = free !== null && total !== null;
  const text = isKnown
    ? t('server.diskUsed', {
        free: formatBytes(free, i18n.language),
        total: formatBytes(total, i18n.language),
      })
    : t('server.unknown');
  return (
    <Facts
      title={t('server.sections.disk')}
      facts={[
        {
          name: t('server.workspaces'),
          value: <Bytes value={disk.workspaces_bytes} />,
          hint:
            measuredAt === null
              ? undefined
              : t('server.measured', { ago: formatAgo(Date.parse(measuredAt), now, i18n.language) }),
        },
        { name: t('server.sections.database'), value: <Bytes value={disk.database_bytes} /> },
        { name: t('server.least'), value: <Least bytes={least} />, hint: <Setting name="min-free-disk" /> },
      ]}
    >
      <Measured text={text} />
      {isKnown && (
        <Meter
          label={t('server.sections.disk')}
          value={total - free}
          max={total}
          text={text}
          tone={free < least ? 'bad' : free < total * 0.1 ? 'wait' : 'accent'}
        />
      )}
    </Facts>
  );
}

export function ServerFacts({ state }: SectionProps): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <Facts
      title={t('server.sections.server')}
      facts={[
        {
          name: t('server.mode'),
          value: t(`server.modes.${state.mode}`),
          hint: state.provider_url === null ? undefined : <code>{state.provider_url}</code>,
        },
        { name: t('server.version'), value: state.version },
        { name: t('server.node'), value: state.node_version },
        { name: t('server.name'), value: state.node },
        {
          name: t('server.uptime'),
          value: formatDuration(Math.max(1, state.uptime_seconds) * 1000, i18n.language),
          hint: formatTime(state.started_at, i18n.language),
        },
      ]}
    />
  );
}

export function DatabaseFacts({ state: { database } }: SectionProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Facts
      title={t('server.sections.database')}
      facts={[
        { name: t('server.kind'), value: t(`server.kinds.${database.kind}`) },
        {
          name: t('server.reachable'),
          value: (
            <Badge tone={database.reachable ? 'ok' : 'bad'}>
              {database.reachable ? t('server.yes') : t('server.no')}
            </Badge>
          ),
        },
        { name: t('server.size'), value: <Bytes value={database.bytes} /> },
      ]}
    />
  );
}

export function StreamFacts({ state: { streams } }: SectionProps): ReactNode {
  const { t } = useTranslation();
  const { open, max } = streams;
  const text = max === 0 ? String(open) : t('server.streamsUsed', { open, max });
  return (
    <Facts
      title={t('server.sections.streams')}
      facts={max === 0 ? [{ name: t('server.open'), value: open }] : []}
    >
      <Measured text={text} setting="max-streams" />
      {max > 0 && (
        <Meter
          label={t('server.sections.streams')}
          value={open}
          max={max}
          text={text}
          tone={open > max * 0.9 ? 'wait' : 'accent'}
        />
      )}
    </Facts>
  );
}

function Measured({ text, setting }: { text: string; setting?: string }): ReactNode {
  return (
    <p className="flex flex-wrap items-baseline justify-between gap-2 text-sm font-medium tabular-nums">
      {text}
      {setting !== undefined && <Setting name={setting} />}
    </p>
  );
}

/** As the documentation and the command line call it. */
function Setting({ name }: { name: string }): ReactNode {
  return <code className="text-2xs font-normal text-faint">{name}</code>;
}

function Least({ bytes }: { bytes: number }): ReactNode {
  const { t } = useTranslation();
  return bytes === 0 ? t('server.never') : <Bytes value={bytes} />;
}
