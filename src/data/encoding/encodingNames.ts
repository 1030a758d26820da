/** The encodings in which a data file may be read, as `tune.data` writes them. */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'latin1',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
] as const;
export type EncodingName = (typeof encodings)[number];
