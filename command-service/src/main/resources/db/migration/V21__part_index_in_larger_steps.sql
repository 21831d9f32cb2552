-- An import of 100,000 devices beside a million took three times as long with small steps, for each of them visits pages all over the index.
alter index devices_by_part set (gin_pending_list_limit = 4096);
