import { dotpromptKeys } from '../template/settings/decoding/dotpromptKeys';
import { decodingKeys } from '../template/settings/decoding/decodingKeys';
import { describeDefaults, describeRange } from '../template/settings/describeSetting';
import { settingKeys } from '../template/settings/settingKeys';
import { helperShapes } from '../template/syntax/helpers';
import { said, table } from './regions';

/** Every `tune.*` key, as completion and hover say it. */
export const settingsTable = (): string =>
  table(
    ['key', 'default', 'values', 'meaning'],
    settingKeys.map((key) => [
      `\`tune.${key.name}\``,
      describeDefaults(key) ?? '–',
      describeRange(key),
      [said(key.meaning), ...(key.paper ? [`*${key.paper}*`] : [])].join(' '),
    ]),
  );

/** Keys of dotprompt's `config` that decoding reads. */
export const decodingTable = (): string =>
  table(
    ['key', 'values', 'meaning'],
    decodingKeys.map(({ name, range, meaning }) => [`\`config.${name}\``, said(range), said(meaning)]),
  );

/** The other keys of dotprompt's front matter. */
export const frontMatterTable = (): string =>
  table(
    ['key', 'meaning'],
    dotpromptKeys
      .filter(({ path }) => path[0] !== 'config' || path.length === 1)
      .map(({ path, meaning }) => [`\`${path.join('.')}\``, said(meaning)]),
  );

export const helpersTable = (): string =>
  table(
    ['helper', 'meaning'],
    Object.entries(helperShapes).map(([name, { block, meaning }]) => [
      block === 'only' ? `\`{{#${name}}}…{{/${name}}}\`` : `\`{{${name}}}\``,
      said(meaning),
    ]),
  );
