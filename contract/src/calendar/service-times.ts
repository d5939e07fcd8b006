/**
 * What an edition of the service specification says about time, as data. Everything in the calendar takes it as a value, so that two
 * customers may stand on two editions at once (S103).
 */
export type ServiceTimes = {
  /** First and last day of the year-end closing, `MM-DD` (弊社営業日: 年末年始). */
  readonly yearEnd: { readonly from: string; readonly to: string };
  /** Reception, half-open: at `closes` it is closed (S51). */
  readonly opens: string;
  readonly closes: string;
  readonly firstAnswer: {
    readonly days: number;
    /** S50 leaves it open; as in Civil Code article 140, the first day is not counted. */
    readonly isFirstDayCounted: boolean;
  };
  /** Days after the end of the week (S78), and counted with the month's first business day (S84). */
  readonly weeklyReportDays: number;
  readonly monthlyReportDays: number;
  /** Calendar days before a meeting by which its date must be arranged (S92). */
  readonly meetingDays: number;
};

/** The second edition of the specification. */
export const secondEdition: ServiceTimes = {
  yearEnd: { from: '12-30', to: '01-03' },
  opens: '10:00',
  closes: '18:00',
  firstAnswer: { days: 3, isFirstDayCounted: false },
  weeklyReportDays: 5,
  monthlyReportDays: 5,
  meetingDays: 14,
};
