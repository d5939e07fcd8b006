-- Whether a customer's own tenant rules the hosts is no secret to the customer; where it is and by which key stay with the provider.
grant select (tenant_id, mode) on remote_tenant to sakimori_tenant;
