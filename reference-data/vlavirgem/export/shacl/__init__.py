"""Our own shapes, checked column by column on the tables that statements are made of."""
