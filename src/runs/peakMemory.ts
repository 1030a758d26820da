const sampleMilliseconds = 100;

export interface MemoryWatch {
  /** Ends the watch. @returns the largest resident size seen, in bytes. */
  stop(): number;
}

/** Samples the resident memory of this process, so that each run of a comparison has a peak of its own. */
export function watchMemory(): MemoryWatch {
  let peak = process.memoryUsage.rss();
  const sample = () => { peak = Math.max(peak, process.memoryUsage.rss()); };
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
