import * as l10n from '@vscode/l10n';
import type { RewrittenInstruction } from '../../../src/views/comparison/contract';
import { button } from '../../controls';
import { element } from '../../element';
import { createFront, type FrontSection } from '../../front/front';
import { createRedraw, focusable } from '../../redraw';
import { seedName, studyMark, type PageActions, type PageView, type Section } from '../view';

/** The texts that each run's search has kept, as the page of that run draws them. */
export function createFronts(actions: PageActions): Section {
  const root = element('div');
  const draw = createRedraw(root);
  const fronts = new Map<string, FrontSection>();
  let view: PageView | undefined;

  const frontOf = ({ run }: RewrittenInstruction): FrontSection => {
    const known = fronts.get(run);
    if (known) return known;
    const made = createFront(
      {
        useText: (text) => actions.call('useText', { run, text }),
        compareText: (text) => actions.call('compareText', { run, text }),
        measureText: (text) => actions.call('measureText', { run, text }),
        stopMeasuring: (text) => actions.call('stopMeasuring', { run, text }),
      },
      { name: run, heading: () => (view ? headingOf(view, run, actions) : []) },
    );
    fronts.set(run, made);
    return made;
  };

  return {
    root,
    show(next) {
      view = next;
      const kept = next.state.learned.instructions.filter(({ front }) => front);
      draw([kept.map(({ run }) => run), next.theme.series], () =>
        kept.length === 0
          ? []
          : [
              element('h2', {}, l10n.t`Texts that the searches kept`),
              ...kept.map((instruction) => frontOf(instruction).root),
            ],
      );
      for (const instruction of kept) {
        const front = frontOf(instruction);
        front.show(instruction.front);
        front.showMeasuring(next.measuring.filter(({ run }) => run === instruction.run));
      }
    },
  };
}

/** Whose texts they are, and the way to the page of the run. */
function headingOf({ state, theme }: PageView, run: string, actions: PageActions): readonly Node[] {
  const one = state.learned.instructions.find((instruction) => instruction.run === run);
  const study = state.studies.find(({ key }) => key === one?.study);
  return [
    element('h3', {}, ...(study && one ? [studyMark(study, theme), ` ${seedName(study, one)}`] : [run])),
    element(
      'div',
      { class: 'toolbar' },
      focusable(
        `${run} page`,
        button(l10n.t`Show on Its Page`, () => actions.tell('openFront', { run })),
      ),
    ),
  ];
}
