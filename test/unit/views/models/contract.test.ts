import { describe, expectTypeOf, it } from 'vitest';
import type { InspectedModel } from '../../../../src/commands/models';
import type { ShownModel } from '../../../../src/views/models/contract';

describe('what the page of a model shows', () => {
  it('is in every inspection of a model', () => {
    expectTypeOf<InspectedModel>().toExtend<ShownModel>();
  });
});
