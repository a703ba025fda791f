UPDATE orders SET touched_at = now() WHERE id = $1;
