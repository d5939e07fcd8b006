-- A row holds what its detection tells once: what a column has stands in the record no more, and the engine's own text has a column of its own.
-- Rows from before keep the whole detection in their record, and are read as well.
alter table detections_detection add column raw text;
comment on column detections_detection.record is 'What of the detection (contract Detection) the columns do not tell; of older rows all of it.';
