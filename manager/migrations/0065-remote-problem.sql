-- Why a remote tenant does not answer: a code that people read in their language, and the detail.
alter table remote_tenant drop column problem;
alter table remote_tenant add column problem jsonb;
