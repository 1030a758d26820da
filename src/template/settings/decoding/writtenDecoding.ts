import * as l10n from '@vscode/l10n';
import { enumerated } from '../../../words/listed';
import { entriesAt, entryAt, type FrontMatter } from '../../syntax/frontMatter';
import { isMapping } from '../../syntax/schema';
import { replacement, type Draft } from '../../text/finding';
import { decodingKeys, decodingProblem, usableDecoding, type WrittenDecoding } from './decodingKeys';

/**
 * Reads dotprompt's `config`; what cannot be used is reported and left out.
 * @returns no `config` where the front matter writes none
 */
export function readWrittenDecoding(frontMatter: FrontMatter): {
  readonly config?: WrittenDecoding;
  readonly problems: readonly Draft[];
} {
  const whole = entryAt(frontMatter, ['config']);
  const { config } = frontMatter.value;
  if (!whole || config === null || config === undefined) return { problems: [] };
  if (!isMapping(config))
    return {
      problems: [
        {
          code: 'invalid-value',
          severity: 'error',
          span: whole.valueSpan,
          message: l10n.t`config must be a mapping of ${enumerated(decodingKeys.map(({ name }) => name))} to their \
values.`,
        },
      ],
    };
  const problems = entriesAt(frontMatter, ['config']).flatMap((entry): readonly Draft[] => {
    const problem = decodingProblem(entry.key, config[entry.key]);
    if (!problem) return [];
    const { code, message, meant, harmless } = problem;
    return [
      {
        code,
        severity: harmless ? 'information' : 'error',
        span: code === 'unknown-key' ? entry.keySpan : entry.valueSpan,
        message,
        fixes: meant === undefined ? [] : [replacement(l10n.t`Replace with "${meant}"`, entry.keySpan, meant)],
      },
    ];
  });
  return { config: usableDecoding(config), problems };
}
