import type { HeldOut } from '../../../data/rows/rowPart';
import { isShare, readSplit } from './dataShares';

/** Shares for dev and test as one text: `15%` for each, `10%,20%`, or `0` for none; undefined for what is none. */
export function readHeldOut(written: string): HeldOut | undefined {
  const parts = written.split(',').map((each) => each.trim());
  const [dev, test = dev] = parts.map((each) => {
    if (/^0+%?$/.test(each)) return 0;
    const read = readSplit('dev', each);
    return 'value' in read && isShare(read.value) ? read.value.share : NaN;
  });
  return parts.length <= 2 && dev! + test! < 100 ? { dev: dev!, test: test! } : undefined;
}
