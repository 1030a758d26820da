import { bundled, lastLineOf } from './bundle.mjs';
import { machineLine } from './processor.mjs';

/** The best rate that the runtime's products of matrices come to on so many threads, GFLOP/s. */
export async function productRate(threads) {
  const [products] = await bundled('shared/products');
  return lastLineOf(process.execPath, [products, String(threads)]).gigaflops;
}

/** The line above a table of work that is mostly products: the machine, the threads, and the rate of products. */
export const productsLine = (threads, rate) =>
  `${machineLine().trim()}; ${threads} threads, ${rate.toFixed(0)} GFLOP/s in products of matrices\n`;
