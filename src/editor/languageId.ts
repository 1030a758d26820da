/** Language id of `.prompt` files; Google's extension has the same, so that settings of a person apply to both. */
export const languageId = 'dotprompt';
