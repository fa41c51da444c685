exports.named = 'of CommonJS';
