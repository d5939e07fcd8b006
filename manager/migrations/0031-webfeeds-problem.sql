-- Why a feed is not well: a word with a detail, which is told in the reader's language.
alter table webfeeds_feed alter column problem type jsonb using null;
