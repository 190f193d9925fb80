"""The ledger, its counting, the brands, the notice board and the rates over Amazon DynamoDB."""
