/** A safetensors file with other names of weights; its header is JSON behind its length, padded with spaces. */
export function renameWeights(file: Buffer, rename: (name: string) => string): Buffer {
  const end = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, end).toString()) as Readonly<Record<string, unknown>>;
  const text = JSON.stringify(Object.fromEntries(Object.entries(header).map(([name, value]) => [rename(name), value])));
  const bytes = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes, file.subarray(end)]);
}
