import { describe, expectTypeOf, it } from 'vitest';
import type { ModelInspection } from '../../../../src/model/inspectModel';
import type { ShownModel } from '../../../../src/views/models/contract';

describe('what the page of a model shows', () => {
  it('is in every inspection of a model', () => {
    expectTypeOf<ModelInspection>().toExtend<ShownModel>();
  });
});
