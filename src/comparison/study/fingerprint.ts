/**
 * FNV-1a, 32 bits twice with different starts (Fowler, Noll and Vo), in hexadecimal. Tells values apart; keeps no
 * secret.
 */
export function fingerprint(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(text.length - 1 - i), 0x01000193);
  }
  return [low, high].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
