import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '../ui/badge.tsx';
import type { Risk, RiskKind, RiskLevel } from './assess-risk.ts';

const TONES: Record<RiskLevel, Tone> = { low: 'ok', medium: 'wait', high: 'bad' };
const KIND_TONES: Partial<Record<RiskKind, Tone>> = { destructive: 'bad', sensitive: 'bad' };
const ICONS = { low: ShieldCheck, medium: ShieldQuestion, high: ShieldAlert };

/** How grave a call is, and why; each with the part of the call that says so, on hover. */
export function RiskBadges({ risk }: { risk: Risk }): ReactNode {
  const { t } = useTranslation();
  const Icon = ICONS[risk.level];
  return (
    <ul
      aria-label={t('approval.risk.label')}
      title={t('approval.risk.hint')}
      className="flex flex-wrap gap-1"
    >
      <li className="flex">
        <Badge tone={TONES[risk.level]}>
          <Icon className="size-3" aria-hidden />
          {t(`approval.risk.${risk.level}`)}
        </Badge>
      </li>
      {risk.kinds.map((kind) => (
        <li key={kind} className="flex">
          <Badge tone={KIND_TONES[kind] ?? 'neutral'} title={excerptsOf(risk, kind)}>
            {t(`approval.risk.kinds.${kind}`)}
          </Badge>
        </li>
      ))}
    </ul>
  );
}

function excerptsOf({ findings }: Risk, kind: RiskKind): string {
  const excerpts = findings.filter((finding) => finding.kind === kind).map(({ excerpt }) => excerpt);
  return [...new Set(excerpts)].join('\n');
}
