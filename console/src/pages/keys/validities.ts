/** How many days a new key may be good for. */
export const validities = ['30', '90', '365', 'none'] as const;
