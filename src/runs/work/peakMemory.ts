import { readFileSync } from 'node:fs';

const sampleMilliseconds = 100;

export interface MemoryWatch {
  /** Ends the watch. @returns the largest memory in use seen, in bytes. */
  stop(): number;
}

/**
 * Samples the memory of this process, so that each run of a comparison has a peak of its own.
 * A page that several sessions map, as they do weights, counts once where the system can tell (Linux).
 */
export function watchMemory(): MemoryWatch {
  let largestResident = 0;
  let peak = 0;
  const sample = () => {
    const resident = process.memoryUsage.rss();
    // Counting shared pages once takes walking them all, so it is done only when more has become resident.
    if (resident < largestResident * 1.01) return;
    largestResident = resident;
    peak = Math.max(peak, proportionalSize() ?? resident);
  };
  sample();
  const timer = setInterval(sample, sampleMilliseconds);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      sample();
      return peak;
    },
  };
}

/** Bytes resident, each page divided by how often it is mapped. */
function proportionalSize(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
