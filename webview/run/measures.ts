/** How the values of the charts are written. */
export const measures = {
  /** Nats; three significant digits. */
  loss: (value: number) =>
    value >= 100
      ? value.toFixed(0)
      : value >= 10
        ? value.toFixed(1)
        : value >= 0.1 || value === 0
          ? value.toFixed(2)
          : value.toPrecision(2),
  /** A fraction. */
  accuracy: (value: number) => value.toFixed(2),
  rate: (value: number) =>
    value === 0 ? '0' : value >= 0.001 ? String(Number(value.toPrecision(3))) : value.toExponential(1),
  speed: (value: number) => (value >= 10 ? value.toFixed(0) : value.toFixed(1)),
  memory: (value: number) => (value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${Math.round(value / 1e6)} MB`),
} as const;
