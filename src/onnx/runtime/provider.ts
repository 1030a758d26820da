import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { enumerated } from '../../words/listed';
import { emptyGraph, extendGraph, standardModel } from '../builder';
import { ElementType } from '../graph';
import { loadRuntime } from './loadRuntime';
import { writeModel } from '../writeModel';

/** What a graph can be run by; the names are those of ONNX Runtime. */
export const providers = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type Provider = (typeof providers)[number];

/** Which provider runs the graphs of this process, and, where it is another than was asked for, why. */
export interface ProviderChoice {
  readonly wanted: Provider | 'auto';
  readonly used: Provider;
  readonly why?: string;
}

const names: Readonly<Record<Provider, () => string>> = {
  cpu: () => l10n.t`the processor (CPU)`,
  webgpu: () => 'WebGPU',
  cuda: () => 'CUDA',
  dml: () => 'DirectML',
  coreml: () => 'Core ML',
};

/**
 * What `auto` tries before the processor. The others are asked for by name: WebGPU may be a software renderer,
 * and DirectML and Core ML cut a gradient's graph into many small pieces.
 */
const automatic: readonly Provider[] = ['cuda'];

let chosen: Promise<ProviderChoice> | undefined;

/**
 * The provider of this process: `PROMPT_TUNER_PROVIDER`, which the editor's setting and the option `--provider` fill
 * in, as far as this machine has it.
 * @throws Failure "provider-unknown" for another name
 */
export function chooseProvider(): Promise<ProviderChoice> {
  chosen ??= choose(wantedProvider(process.env.PROMPT_TUNER_PROVIDER));
  return chosen;
}

/** @throws Failure "provider-unknown" */
export function wantedProvider(written: string | undefined): ProviderChoice['wanted'] {
  if (!written || written === 'auto') return 'auto';
  const known = providers.find((provider) => provider === written);
  if (!known)
    throw new Failure(
      'provider-unknown',
      l10n.t`"${written}" is no execution provider.`,
      {},
      l10n.t`Write auto, ${enumerated(providers)}.`,
    );
  return known;
}

/** @param probe why a provider cannot be used, or undefined when it can */
export async function choose(
  wanted: ProviderChoice['wanted'],
  probe: (provider: Provider) => Promise<string | undefined> = (provider) => whyNot(provider),
): Promise<ProviderChoice> {
  if (wanted === 'cpu') return { wanted, used: 'cpu' };
  for (const provider of wanted === 'auto' ? automatic : [wanted]) {
    const why = await probe(provider);
    if (why === undefined) return { wanted, used: provider };
    if (wanted !== 'auto') return { wanted, used: 'cpu', why };
  }
  return { wanted, used: 'cpu' };
}

/** Sessions on another provider failed, so this process goes on with the processor. */
export function giveUpProvider(provider: Provider, error: string): void {
  chosen = Promise.resolve({ wanted: provider, used: 'cpu', why: l10n.t`it does not accept the graph: ${error}` });
}

/** One sentence for the log; undefined where all is as asked for. */
export function describeFallback({ wanted, used, why }: ProviderChoice): string | undefined {
  return why === undefined || wanted === 'auto'
    ? undefined
    : l10n.t`${names[wanted]()} was asked for and cannot be used: ${why}. The graphs run on ${names[used]()}.`;
}

/** As much of ONNX Runtime as tells which providers there are. */
export interface Runtime {
  readonly version: string;
  readonly platform: string;
  /** Providers that this build of the runtime was made with. */
  readonly offered: readonly string[];
  /** Negates 1 on a provider. @throws what the runtime throws */
  negate(provider: Provider): Promise<number>;
}

/** Why a provider cannot be used here; undefined where a graph of one operator computes what it should. */
export async function whyNot(provider: Provider, runtime?: Runtime): Promise<string | undefined> {
  const { version, platform, offered, negate } = runtime ?? (await readThisRuntime());
  if (!offered.includes(provider)) return l10n.t`ONNX Runtime ${version} has no ${names[provider]()} on ${platform}`;
  try {
    return (await negate(provider)) === -1 ? undefined : l10n.t`it computes wrong numbers`;
  } catch (error) {
    return reasonOf(provider, (error as Error).message);
  }
}

async function readThisRuntime(): Promise<Runtime> {
  const { env, listSupportedBackends, InferenceSession, Tensor } = await loadRuntime();
  return {
    version: env.versions.node ?? env.versions.common,
    platform: `${process.platform}-${process.arch}`,
    offered: listSupportedBackends().map(({ name }) => name),
    async negate(provider) {
      const builder = extendGraph(emptyGraph, '');
      builder.input({ name: 'x', type: ElementType.float, dims: ['n'] });
      builder.alias(builder.op('Neg', ['x']), 'y');
      const model = writeModel(standardModel(builder.graph([{ name: 'y', type: ElementType.float }])));
      const session = await InferenceSession.create(model, { executionProviders: [provider], logSeverityLevel: 4 });
      try {
        const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1), [1]) });
        return (y!.data as Float32Array)[0]!;
      } finally {
        await session.release();
      }
    },
  };
}

function reasonOf(provider: Provider, message: string): string {
  if (provider === 'cuda' && /shared library/i.test(message))
    return l10n.t`its libraries are not installed (CUDA 12, cuDNN 9 and the provider library of onnxruntime-node)`;
  if (/adapter/i.test(message)) return l10n.t`no graphics adapter was found`;
  return message.split('\n').at(-1)!.trim().replace(/\.$/, '');
}
