-- +goose Up
-- Places that were given by a decision in a case that was taken up again and then
-- taken back: they are free. What is counted beside the capacity goes first.
update kindergarten_units set taken = taken - (
	select count(*) from kindergarten_places p join cases c on c.tenant_id = p.tenant_id and c.id = p.case_id
	where p.tenant_id = kindergarten_units.tenant_id and p.unit_id = kindergarten_units.id and p.state in ('offered', 'accepted') and c.status = 'withdrawn'
);

delete from kindergarten_places where state in ('offered', 'accepted') and exists (
	select 1 from cases c where c.tenant_id = kindergarten_places.tenant_id and c.id = kindergarten_places.case_id and c.status = 'withdrawn'
);

update school_units set taken = taken - (
	select count(*) from school_places p join cases c on c.tenant_id = p.tenant_id and c.id = p.case_id
	where p.tenant_id = school_units.tenant_id and p.unit_id = school_units.id and c.status = 'withdrawn'
);

delete from school_places where exists (
	select 1 from cases c where c.tenant_id = school_places.tenant_id and c.id = school_places.case_id and c.status = 'withdrawn'
);

update nursing_units set taken = taken - (
	select count(*) from nursing_places p join cases c on c.tenant_id = p.tenant_id and c.id = p.case_id
	where p.tenant_id = nursing_units.tenant_id and p.unit_id = nursing_units.id and p.state = 'placed' and c.status = 'withdrawn'
);

delete from nursing_places where exists (
	select 1 from cases c where c.tenant_id = nursing_places.tenant_id and c.id = nursing_places.case_id and c.status = 'withdrawn'
);
