import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { analysisOf } from '../read/analysisCache';
import type { Analysis } from '../read/analysis';
import { structuralDrafts } from '../read/checks/checkStructure';
import type { TemplateContext } from '../read/templateContext';
import { positionAt } from '../text/position';
import type { Position } from '../text/position';
import { promptLength, slotTokens } from '../render/length/promptLength';
import { withLineFeeds } from '../text/lineFeeds';
import type { TokenEncoder } from '../text/tokenEncoder';
import { scanTags } from '../syntax/tags';

/** A few words shown inside the text of a template without being part of it. */
export interface InlayHint {
  readonly position: Position;
  readonly label: string;
  readonly tooltip: string;
}

/** Token counts, as the model's tokenizer has them; none without one or while the template has errors. */
export function inlaysOf(text: string, path: string, context: TemplateContext): readonly InlayHint[] {
  const { encoder } = context;
  const analysis = analysisOf(text, path, context.readPartial);
  if (!encoder || structuralDrafts(analysis).some((draft) => draft.severity === 'error')) return [];
  return [
    ...softHints(analysis, encoder),
    ...instructionHints(analysis, encoder),
    ...wholeHint(analysis, encoder, context),
  ].map(({ offset, ...hint }) => ({ ...hint, position: positionAt(analysis.lines, offset) }));
}

type HintAtOffset = Omit<InlayHint, 'position'> & { readonly offset: number };

/** Lengths that the words decide. */
function softHints(analysis: Analysis, encoder: TokenEncoder): readonly HintAtOffset[] {
  const { soft, text } = analysis;
  return (soft?.slots ?? []).flatMap((slot, index): readonly HintAtOffset[] => {
    const span = soft!.spans[index]!;
    if (slot.length !== undefined || slot.init === undefined || !text.slice(...span).startsWith('{{')) return [];
    return [
      {
        offset: span[1],
        label: tokens(slotTokens(analysis, index, encoder).length),
        tooltip: l10n.t`Virtual tokens: as many as the words to start from have tokens.`,
      },
    ];
  });
}

function instructionHints({ parts, text }: Analysis, encoder: TokenEncoder): readonly HintAtOffset[] {
  const tags = scanTags(parts.body.text);
  return tags.flatMap((tag, index): readonly HintAtOffset[] => {
    if (tag.kind !== 'open' || tag.name !== 'instruction') return [];
    const close = tags.slice(index + 1).find((each) => each.kind === 'close' && each.name === 'instruction');
    const inner = close && parts.body.text.slice(tag.span[1], close.span[0]);
    // A length that depends on the row is no property of the instruction.
    if (!close || inner === undefined || inner.includes('{{') || inner === '') return [];
    const offset = parts.body.start + close.span[0];
    return [
      {
        offset: Math.min(offset, text.length),
        label: tokens(encoder.encode(withLineFeeds(inner), false).length),
        tooltip: l10n.t`Tokens of the instruction.`,
      },
    ];
  });
}

function wholeHint(
  analysis: Analysis,
  encoder: TokenEncoder,
  { sampleRows, contextLength }: TemplateContext,
): readonly HintAtOffset[] {
  const length = promptLength(analysis, encoder, sampleRows?.[0] ?? {});
  if (length === undefined || analysis.parts.body.text === '') return [];
  const { start, text } = analysis.parts.body;
  const of = contextLength === undefined ? '' : l10n.t` of ${contextLength}`;
  const learned = length.virtual === 0 ? '' : l10n.t`, ${length.virtual} virtual`;
  return [
    {
      offset: start + text.length,
      label: `${tokens(length.tokens)}${of}${learned}`,
      tooltip: sampleRows?.[0]
        ? l10n.t`Tokens of the prompt for the first row, virtual tokens included.`
        : l10n.t`Tokens of the prompt before any row is filled in, virtual tokens included.`,
    },
  ];
}

function tokens(count: number): string {
  return counted(count, 'token');
}
